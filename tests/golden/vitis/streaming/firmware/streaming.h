#ifndef STREAMING_H_
#define STREAMING_H_

#include "defines.h"

void streaming(
    hls::stream<nnet::array<input_t, 4> > &input_data,
    hls::stream<nnet::array<classes_t, 4> > &classes_out,
    hls::stream<nnet::array<best_t, 1> > &best_out,
    hls::stream<nnet::array<flat_t, 4> > &flat_out,
    hls::stream<nnet::array<skip_t, 12> > &skip_out
);

#endif
