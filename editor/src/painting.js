// What is shown is drawn anew once a frame at most.

import { act } from "./actions.js";
import { draw } from "./canvas.js";
import { declared } from "./declared.js";
import { bar, inspector, problems } from "./panels.js";
import { verdicts } from "./verdicts.js";

let painted = 0;
let afterwards = []; // what waits until something is painted

export function paint() {
  painted ||= requestAnimationFrame(() => {
    painted = 0;
    draw();
    inspector(act);
    problems();
    declared();
    verdicts(act);
    bar();
    afterwards = afterwards.filter((todo) => !todo());
  });
}

/** Do something with the first picture that has it; "todo" answers whether it is done with. */
export function oncePainted(todo) {
  afterwards.push(todo);
  paint();
}
