// Package project is the project itself: its settings (statuses; locations,
// building > level > room; categories, category > sub-category > subject;
// roles; lists) and the list of its people.
//
// Promises:
//   - A project is made with a set of settings in its organisation's language,
//     and with its maker as administrator. Who takes no part in a project cannot
//     tell it from one that does not exist.
//   - Creating twice with one id is harmless; what was deleted does not come
//     back by it (Gone). A change is merged field by field (package merge).
//   - What is in use is not deleted, and whether a status closes does not change
//     while points have it (Conflict "in-use").
//   - A tree has no loop and no level skipped: a room stands on a level, a level
//     in a building.
//   - A project keeps a list, an open status that everybody may set and a status
//     that closes.
//   - Settings are delivered to every participant; lists (package lists) to those
//     who may know of them. Names of people are in answers, never in the log.
//   - The time zone is an IANA name that this server knows. Text comes back byte
//     for byte.
//
// Four kinds of settings share one mechanism (kind.go); what is particular
// to a kind stands in settings.go. In the log a setting is a thing of its
// kind's name: "status", "location", "category", "role".
package project
