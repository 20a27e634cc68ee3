export function ShowingView() { return <main><h1>Room</h1></main>; }
