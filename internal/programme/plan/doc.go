// Package plan is a programme as files hold it, whatever their format, and its
// way to the engine: what a document says becomes a network, and what the
// engine finds becomes dates of its activities.
package plan
