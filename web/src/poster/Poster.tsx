/** A film's poster: its picture where the plan has one, else one that is set from its title. The title beside it names it. */

import { memo } from "preact/compat";
import { compose, HEIGHT, WIDTH } from "./composition";
import "./poster.css";

interface Props {
  title: string;
  year: number;
  director: string;
  picture: string | null;
}

export const Poster = memo(function Poster({ title, year, director, picture }: Props) {
  if (picture) return <img class="poster" src={picture} alt="" width={WIDTH} height={HEIGHT} loading="lazy" decoding="async" />;
  const { palette, shapes, lines, small } = compose(title);
  return (
    <svg class="poster" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
      <rect width={WIDTH} height={HEIGHT} fill={palette.ground} />
      {shapes.map(({ d, tone, stroke }) =>
        stroke ? (
          <path d={d} fill="none" stroke={palette[tone]} stroke-width={stroke} />
        ) : (
          <path d={d} fill={palette[tone]} />
        ),
      )}
      <g fill={palette.ink}>
        {lines.map((line) => (
          <text x="16" y={line.baseline} font-size={line.size}>
            {line.text}
          </text>
        ))}
        <text class="small" x="16" y={small}>
          {director}
        </text>
        <text class="small" x={WIDTH - 16} y={small} text-anchor="end">
          {year}
        </text>
      </g>
    </svg>
  );
});
