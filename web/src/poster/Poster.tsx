/** A film's poster: its picture where the plan has one, else one that is set from its title. The title beside it names it. */

import { memo } from "preact/compat";
import { widthOf } from "./advances";
import { compose, figureOf, HEIGHT, WIDTH } from "./composition";
import type { Shape } from "./motifs";
import type { Palette } from "./palette";
import "./poster.css";

const SMALL = 13;
const SMALL_WIDTH = 165; // beside the year

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
      <Shapes shapes={shapes} palette={palette} />
      <g fill={palette.ink}>
        {lines.map((line) => (
          <text x="16" y={line.baseline} font-size={line.size}>
            {line.text}
          </text>
        ))}
        <text class="small" x="16" y={small} font-size={smallSize(director)}>
          {director}
        </text>
        <text class="small" x={WIDTH - 16} y={small} font-size={SMALL} text-anchor="end">
          {year}
        </text>
      </g>
    </svg>
  );
});

/** The poster's figure without its title, in the film's colours: on a ticket, on the film's page. */
export const Figure = memo(function Figure({ title }: { title: string }) {
  const { palette, shapes, height } = figureOf(title);
  return (
    <svg class="figure" viewBox={`0 0 ${WIDTH} ${height}`} aria-hidden="true" focusable="false">
      <rect width={WIDTH} height={height} fill={palette.ground} />
      <Shapes shapes={shapes} palette={palette} />
    </svg>
  );
});

function Shapes({ shapes, palette }: { shapes: Shape[]; palette: Palette }) {
  return (
    <>
      {shapes.map(({ d, tone, stroke }) =>
        stroke ? <path d={d} fill="none" stroke={palette[tone]} stroke-width={stroke} /> : <path d={d} fill={palette[tone]} />,
      )}
    </>
  );
}

/** A long name is set smaller, so that it ends before the year. */
const smallSize = (words: string) => Math.min(SMALL, SMALL_WIDTH / widthOf(words.toLocaleUpperCase("en")));
