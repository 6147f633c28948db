// Package erasure erases people.
//
// One erasure goes: requested (committed, on record) → denied everywhere at
// once → grace, in which it can be cancelled → keys destroyed → rows deleted
// or cleared as the declarations say, and everything that was derived from
// them → done, with a receipt.
//
// Promises:
//   - What will happen is planned first, datum by datum: erased, depersonalised,
//     or kept, because. A request that names another plan than the present one
//     is refused.
//   - From the request on nothing but the erasure itself may be done with the
//     person, on any node; their sessions and links are dead.
//   - In the grace the holder of the secret link can cancel; a child's erasure,
//     and one of data held unlawfully, has no grace. After it there is no way
//     back.
//   - The key goes before the rows: a crash between leaves noise, not a person.
//   - Each step can be repeated. A crash at any point is resumed by the job,
//     here or on another node; two nodes at once do no harm.
//   - The author of an act becomes a former participant with a code that is
//     unique in the organisation and never given again.
//   - Where a name, an address or a number stands in free text is listed for
//     the controller, who decides; nothing is guessed. What is stored of it is
//     where it stands, not what.
//   - What the law of the organisation's country lets be kept for a claim is
//     kept in a record of its own, sealed under the key of its bucket, which is
//     destroyed when the time is over. Looking at it leaves a disclosure.
//
// It authorises nothing but the secret link: whoever calls Request has decided.
package erasure
