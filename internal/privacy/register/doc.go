// Package register writes the records of processing activities (GDPR art. 30)
// from what the program declares and how it is configured: that of the
// operator as controller, of each organisation as controller of its project
// data, and of the operator as processor on its behalf; and the list of
// processors.
//
// Promises:
//   - Nothing in a register is written by hand but who the operator and the
//     processors are: a field that is declared is in it, one that is not is not.
//   - Each letter of art. 30(1) and (2) has its part, in every format: HTML,
//     XLSX, PDF, JSON, and JSON-LD in the words of the Data Privacy Vocabulary.
//   - It names offices and firms, no person of an organisation.
//   - Settings that would let data go without an agreement, or to a country
//     without a safeguard, are refused when the program starts.
package register
