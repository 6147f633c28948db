/** parts are the thing and the field that a label names: "Account: name". */
export function parts(label: string): [thing: string, field: string] {
  const at = label.indexOf(': ');
  return at < 0 ? ['', label] : [label.slice(0, at).trim(), label.slice(at + 2)];
}
