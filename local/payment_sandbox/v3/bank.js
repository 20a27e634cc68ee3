/* The bank's page in a frame tells the page around it that it is done, or that the customer closes it. Any page may
   hear that: it says nothing of the payment, and the page asks the sandbox how the payment ended. */
if (window.parent !== window) {
  const tell = (bank) => window.parent.postMessage({ bank }, "*");
  addEventListener("keydown", ({ key }) => key === "Escape" && tell("closed"));
  if (!document.querySelector("form")) tell("finished");
}
