#ifndef NNET_CONCATENATE_STREAM_H_
#define NNET_CONCATENATE_STREAM_H_

#include "concatenate.h"
#include "stream.h"

namespace nnet {

template <class res_T, typename CONFIG_T, unsigned OUT> void hand_on(sizes<>, hls::stream<array<res_T, OUT> > &) {
    HLS_PRAGMA(INLINE)
}

// Hands on the N elements of the first input, then those of the others.
template <class res_T, typename CONFIG_T, unsigned N, unsigned... REST, unsigned OUT, class data_T, unsigned IN,
          class... rest_T>
void hand_on(sizes<N, REST...>, hls::stream<array<res_T, OUT> > &res, hls::stream<array<data_T, IN> > &data,
             rest_T &...rest) {
    HLS_PRAGMA(INLINE)
    HLS_LABEL(Positions)
    for (unsigned i = 0; i < N / CONFIG_T::n_channels; i++) {
        HLS_PRAGMA(PIPELINE II=1)
        data_T position[CONFIG_T::n_channels];
        HLS_PRAGMA(ARRAY_PARTITION variable=position complete)
        read_stream<CONFIG_T::n_channels / IN>(data, position);
        res_T result[CONFIG_T::n_channels];
        HLS_PRAGMA(ARRAY_PARTITION variable=result complete)
        HLS_LABEL(Result)
        for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
            HLS_PRAGMA(UNROLL)
            result[c] = position[c];
        }
        write_stream<CONFIG_T::n_channels / OUT>(result, res);
    }
    hand_on<res_T, CONFIG_T>(sizes<REST...>(), res, rest...);
}

// As concatenate, where the outermost axis is the one: the inputs one after the other, position by position.
template <class res_T, typename CONFIG_T, unsigned OUT, class... streams_T>
void concatenate_stream(hls::stream<array<res_T, OUT> > &res, streams_T &...data) {
    hand_on<res_T, CONFIG_T>(typename CONFIG_T::n_in(), res, data...);
}

} // namespace nnet

#endif
