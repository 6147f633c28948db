// Package rows keeps programmes in the database: a row each for the programme,
// its activities and relations. A model is loaded whole and saved by what
// differs. It decides nothing.
package rows
