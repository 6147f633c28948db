// Package msp reads and writes MS Project's XML (MSPDI), by Microsoft's schema
// for Project 2007 and what later versions add. Slack and lag are in tenths of
// a minute, which is a tick of workcal.
package msp
