/** La declaración de accesibilidad, en español. */

import type { Words } from "./words.en";

export const words: Words = {
  title: "Accesibilidad",
  lead: "Esta página está hecha para todas las personas que van al cine. Cumple las Pautas de Accesibilidad para el Contenido Web 2.2 en el nivel AA, con las excepciones de abajo.",
  worksTitle: "Lo que funciona",
  works: [
    "Todo, desde una película hasta sus entradas, se puede hacer solo con el teclado o con una pantalla táctil, y cada parte tiene un nombre para los lectores de pantalla.",
    "Las butacas se eligen en una lista o en el plano de la sala. Ambos hacen lo mismo.",
    "El texto puede tener el doble de tamaño, y la ventana ser tan estrecha como un teléfono pequeño, sin que se corte nada.",
    "El color nunca es la única señal: cada estado de una butaca tiene su propia forma. Hay una página clara y otra oscura, y se usan los colores de tu dispositivo si los has fijado.",
    "Nada se mueve si tu dispositivo pide menos movimiento.",
    "Las butacas se reservan durante {hold} minutos. Dos minutos antes del final se te pregunta si necesitas más tiempo, hasta {longest} minutos.",
    "El programa se puede filtrar por audiodescripción, subtítulos para personas sordas y sesiones relajadas, si el cine lo indica.",
  ],
  limitsTitle: "Lo que todavía no funciona",
  limits: [
    "Los campos de la tarjeta y la página de tu banco son del proveedor de pagos y de tu banco. No podemos cambiarlos.",
    "{longest} minutos es lo máximo que se pueden reservar las butacas, porque otras personas las esperan.",
    "El código de una entrada es una imagen. Su fila, su butaca y su sesión están al lado en palabras, y la taquilla del cine encuentra tu reserva por su número.",
    "Los títulos de las películas no indican su idioma, así que un lector de pantalla puede pronunciar mal algunos.",
    "La descripción de la interfaz de programación, para desarrolladores, es obra de terceros y no se ha comprobado.",
  ],
  checkedTitle: "Cómo se ha comprobado",
  checked:
    "Cada página se comprueba con un programa, axe, en claro y en oscuro, siempre que la página cambia, igual que una compra solo con el teclado y el texto al doble de tamaño. Todavía no la han probado personas que usan un lector de pantalla a diario, ni la ha examinado ningún organismo independiente.",
  contactTitle: "Si algo no te funciona",
  contact: "Dinos en qué página ha sido y con qué dispositivo:",
  desks: "También puedes preguntar en la taquilla de cada cine:",
  onlyDesks: "Dilo en la taquilla de tu cine, que también vende entradas y te ayuda en persona:",
};
