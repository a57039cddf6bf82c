//! A link that takes its time and loses packets: two TUN devices and what carries packets between them.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// No packet is larger than what a TUN device has as its MTU (1500), with some room.
const PACKET: usize = 2048;

/// One direction of a slow link.
#[derive(Debug, Default)]
pub(super) struct Lane {
    /// How many of a thousand packets are lost.
    loss: AtomicU32,
    carried: AtomicU64,
    lost: AtomicU64,
}

impl Lane {
    /// Loses so many of a thousand packets from now on.
    pub(super) fn lose(&self, per_mille: u32) {
        self.loss.store(per_mille, Ordering::Relaxed);
    }

    /// How many packets it has lost.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// How many packets it has carried to the end.
    pub(super) fn carried(&self) -> u64 {
        self.carried.load(Ordering::Relaxed)
    }

    /// Carries every packet from one device to the other, `delay` later and in order, until the process ends.
    pub(super) fn open(
        self: &Arc<Self>,
        from: &File,
        to: &File,
        delay: Duration,
        seed: u64,
    ) -> io::Result<()> {
        let (mut from, mut to) = (from.try_clone()?, to.try_clone()?);
        let (enter, leave) = mpsc::channel::<(Instant, Vec<u8>)>();
        let (entrance, exit) = (Arc::clone(self), Arc::clone(self));
        thread::spawn(move || {
            let mut draw = Draw(seed);
            let mut buffer = vec![0; PACKET];
            while let Ok(length) = from.read(&mut buffer) {
                let packet = buffer.get(..length).unwrap_or_default().to_vec();
                if entrance.takes(&packet, &mut draw) && enter.send((Instant::now() + delay, packet)).is_err()
                {
                    break;
                }
            }
        });
        thread::spawn(move || {
            for (due, packet) in leave {
                thread::sleep(due.saturating_duration_since(Instant::now()));
                // A device that is down takes nothing; that is a fault like any other on the way.
                if to.write_all(&packet).is_ok() {
                    exit.carried.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        Ok(())
    }

    /// Only TCP draws, so that what else the kernel sends does not change which packet is lost.
    fn takes(&self, packet: &[u8], draw: &mut Draw) -> bool {
        let loss = self.loss.load(Ordering::Relaxed);
        if loss == 0 || !is_tcp(packet) || draw.per_mille() >= loss {
            return true;
        }
        self.lost.fetch_add(1, Ordering::Relaxed);
        false
    }
}

/// Whether a packet is TCP over IPv4 (RFC 791 section 3.1: version and protocol).
fn is_tcp(packet: &[u8]) -> bool {
    packet.first().is_some_and(|first| first >> 4 == 4) && packet.get(9) == Some(&6)
}

/// `SplitMix64` (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014): the same numbers for the
/// same seed, everywhere.
#[derive(Debug)]
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below 1000.
    fn per_mille(&mut self) -> u32 {
        u32::try_from(self.next() % 1000).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp() -> Vec<u8> {
        let mut packet = vec![0; 40];
        (packet[0], packet[9]) = (0x45, 6);
        packet
    }

    #[test]
    fn numbers_are_splitmix64() {
        // The first outputs for the seed 1234567 that the reference implementation is checked with.
        let mut draw = Draw(1_234_567);
        let drawn = [draw.next(), draw.next(), draw.next()];
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn loses_what_it_is_told_to() {
        for per_mille in [50, 200, 1000] {
            let (lane, mut draw) = (Lane::default(), Draw(1));
            lane.lose(per_mille);
            let taken = (0..10_000).filter(|_| lane.takes(&tcp(), &mut draw)).count();
            let lost = usize::try_from(lane.lost()).unwrap();
            assert_eq!(taken + lost, 10_000);
            let expected = usize::try_from(per_mille).unwrap() * 10;
            assert!(lost.abs_diff(expected) <= 150, "{lost} of {expected}");
        }
    }

    #[test]
    fn loses_nothing_unless_told_to_and_nothing_but_tcp() {
        let (lane, mut draw) = (Lane::default(), Draw(1));
        assert!((0..1000).all(|_| lane.takes(&tcp(), &mut draw)));
        lane.lose(1000);
        let mut udp = tcp();
        udp[9] = 17;
        assert!(
            lane.takes(&udp, &mut draw) && lane.takes(&[0x60; 60], &mut draw) && lane.takes(&[], &mut draw)
        );
        assert!(!lane.takes(&tcp(), &mut draw));
    }
}
