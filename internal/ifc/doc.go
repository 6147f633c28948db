// Package ifc reads where things are from an IFC model: its sites, buildings,
// storeys and spaces, as a tree, with their names and GlobalIds. IFC2x3, IFC4 and
// IFC4.3, as STEP physical files (ISO 10303-21) or packed as ifcZIP.
//
// A file is untrusted, and may be larger than memory: it is read once, statement
// by statement, and only what belongs to the spatial structure is kept, within
// limits.
package ifc
