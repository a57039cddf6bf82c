//! Measurements of rdpcheck: `cargo bench -p rdpcheck-benches`, or with `-- --quick` a short run that shows that they work.
//!
//! Every figure is a ratio to something measured in the same run, or stands beside the bar that it has to meet.
//! Nothing is asserted: a busy computer is no defect.
