// Package markup keeps what is drawn on a photo of a point, or on the sheet
// that its pin is on: a layer of shapes over a picture that stays as it is.
//
// A layer is written whole, with the version it was made on; who drew on
// another one is refused, nothing is lost in silence. Coordinates are those of
// what is drawn on: pixels of the upright photo, units of the sheet's frame.
// Words in a drawing stand beside the shapes, one line a text, so that they are
// found and taken out like any other text. An empty layer is an erased one.
//
// Draw lays a layer over a picture, for reports. The package knows nothing of
// who may draw: slice point asks policy and writes the log.
package markup
