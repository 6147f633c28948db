// Package lists is the lists of points of a project: groups with numbers, and
// if so wished with participants, of their own.
//
// Promises:
//   - A list is open to its project, or closed: then only those on it know of
//     it. To others it is not there, under no operation and in no code that is
//     taken (NotFound "list-not-found").
//   - Managers of the project make lists; managers of a list change it, let its
//     next occurrence begin, and say who is on it, up to their own level; its
//     administrators open and close it. Who closes a list takes the project's
//     administrators along, who makes a closed one is alone on it.
//   - A closed list keeps an administrator, a project a list that is not
//     archived.
//   - Points keep the numbers they have, whatever becomes of the list's code,
//     numbering and occurrence. An archived list takes no new points.
//   - Every change is told to those who know of the list, and nobody else.
//
// In the log a list is a thing "list".
package lists
