// Package archive tells a person what is held of them: as an access report
// (GDPR art. 15), and as an archive to take away (art. 15(3), 20).
//
// Promises:
//   - Report and archive are made from the declarations over the real rows: what
//     is declared as somebody's is found by the column that says whose it is.
//   - The report names for each datum what it is for and on which basis, where
//     it came from, since when and until when, who receives it by declaration,
//     and from the ledger who did.
//   - The archive is one ZIP: data.json (docs/archive.md says what stands in
//     it), index.html to read in the person's language, and the files that are
//     theirs: photos, drawings and reports.
//   - What is another's stays out (art. 15(4)): ids of others are replaced by
//     "other", and what a value was before the person changed it is left out.
//     What proves who the person is (hashes of links and passwords) is left out
//     too.
//   - A correction of one's own record counts at once, and who received what
//     changed has to be told.
//
// It authorises nothing: the caller names whose data they may have.
package archive
