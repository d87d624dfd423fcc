#ifndef NNET_GLOBAL_AVERAGE_STREAM_H_
#define NNET_GLOBAL_AVERAGE_STREAM_H_

#include "mean.h"
#include "stream.h"

namespace nnet {

// As global_average, one position after the other.
template <class data_T, class res_T, typename CONFIG_T, unsigned IN, unsigned OUT>
void global_average_stream(hls::stream<array<data_T, IN> > &data, hls::stream<array<res_T, OUT> > &res) {
    typename CONFIG_T::sum_t sum[CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=sum complete)

    HLS_LABEL(Positions)
    for (unsigned position = 0; position < CONFIG_T::n_positions; position++) {
        HLS_PRAGMA(PIPELINE II=CONFIG_T::n_channels / IN)
        data_T values[CONFIG_T::n_channels];
        HLS_PRAGMA(ARRAY_PARTITION variable=values complete)
        read_stream<CONFIG_T::n_channels / IN>(data, values);
        HLS_LABEL(Channels)
        for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
            HLS_PRAGMA(UNROLL)
            const data_T value = values[c];
            if (position == 0)
                sum[c] = value;
            else
                sum[c] += value;
        }
    }
    res_T result[CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=result complete)
    HLS_LABEL(Result)
    for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
        HLS_PRAGMA(UNROLL)
        result[c] = assign<res_T>(mean_of<CONFIG_T>(sum[c], CONFIG_T::n_positions, typename CONFIG_T::counts()));
    }
    write_stream<CONFIG_T::n_channels / OUT>(result, res);
}

} // namespace nnet

#endif
