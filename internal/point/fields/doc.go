// Package fields is what people fill in on a point, and its rules: the fields,
// their values and limits, the number, and the settings that they go by. It is
// pure.
//
// Text is kept byte for byte; NUL and what is not UTF-8 are refused. Dates are
// civil, YYYY-MM-DD. Breaches are fault.Field with the API's paths and the
// codes required, too-long, too-many, nul, not-utf8, not-an-id, not-a-date,
// unknown.
package fields
