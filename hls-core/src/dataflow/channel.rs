//! What went through a FIFO, and when.

/// The clocks of all packets so far that went through a FIFO.
#[derive(Clone, Debug, Default)]
pub(super) struct Channel {
    /// Packets that it holds.
    pub depth: usize,
    /// When each packet was written.
    written: Vec<u64>,
    /// When each packet was read.
    read: Vec<u64>,
    /// Packets for which there was no room when the writer had them.
    pub refused: usize,
}

impl Channel {
    /// Forgets all packets.
    pub fn reset(&mut self, depth: usize) {
        (self.depth, self.refused) = (depth, 0);
        self.written.clear();
        self.read.clear();
    }

    /// Reads the next packet in `clock`.
    pub fn take(&mut self, clock: u64) {
        self.read.push(clock);
    }

    /// The first clock in which the next packet can be read.
    pub fn readable(&self) -> Option<u64> {
        self.written.get(self.read.len()).map(|clock| clock + 1)
    }

    /// The first clock in which the next packet can be written.
    pub fn writable(&self) -> Option<u64> {
        match self.written.len().checked_sub(self.depth) {
            None => Some(0),
            Some(before) => self.read.get(before).map(|clock| clock + 1),
        }
    }

    /// Writes a packet in `clock`, that its writer had in `wanted`.
    pub fn write(&mut self, wanted: u64, clock: u64) {
        self.refused += usize::from(self.writable().is_some_and(|first| first > wanted));
        self.written.push(clock);
    }

    /// The most packets that were inside at a time; a packet is until the clock after it is read.
    pub fn peak(&self) -> usize {
        let mut left = 0;
        let mut most = 0;
        for (index, &clock) in self.written.iter().enumerate() {
            while self.read.get(left).is_some_and(|&read| read < clock) {
                left += 1;
            }
            most = most.max(index + 1 - left);
        }
        most
    }
}
