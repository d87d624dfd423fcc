#[hls_model(input = [UFixed<8, 0>; SIDE, SIDE, { 2 - 1 }], io_type = io_stream, reuse_factor = FACTOR / 2)]
struct Image {
    #[hls(input(input, input), fifo_depth = 2 * SIDE)]
    double: Add<Fixed<9, 1>>,
    flatten: Flatten,
    #[hls(strategy = unrolled)]
    fc1: Dense<{ SIDE * SIDE }, 10, W4>,
}
