/*
 * MidiDrumiGen in Live: everything that touches Live, and the talk with the backend through one of two transports.
 * inlet 0: the strip, the window, both transports; outlets: 0 strip, 1 window, 2 thispatcher, 3 maxurl, 4 node.script.
 */
autowatch = 0;
inlets = 1;
outlets = 5;

var TO_STRIP = 0;
var TO_WINDOW = 1;
var TO_PATCHER = 2;
var TO_TRANSPORT = { maxurl: 3, node: 4 };
