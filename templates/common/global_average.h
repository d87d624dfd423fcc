#ifndef NNET_GLOBAL_AVERAGE_H_
#define NNET_GLOBAL_AVERAGE_H_

#include "mean.h"

namespace nnet {

// The mean of every channel, over all positions at once.
template <class data_T, class res_T, typename CONFIG_T>
void global_average(const data_T data[CONFIG_T::n_positions * CONFIG_T::n_channels], res_T res[CONFIG_T::n_channels]) {
    HLS_PRAGMA(PIPELINE II=1)
    typename CONFIG_T::sum_t sum[CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=sum complete)

    HLS_LABEL(Positions)
    for (unsigned position = 0; position < CONFIG_T::n_positions; position++) {
        HLS_PRAGMA(UNROLL)
        HLS_LABEL(Channels)
        for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
            HLS_PRAGMA(UNROLL)
            const data_T value = data[position * CONFIG_T::n_channels + c];
            if (position == 0)
                sum[c] = value;
            else
                sum[c] += value;
        }
    }
    HLS_LABEL(Result)
    for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
        HLS_PRAGMA(UNROLL)
        res[c] = assign<res_T>(mean_of<CONFIG_T>(sum[c], CONFIG_T::n_positions, typename CONFIG_T::counts()));
    }
}

} // namespace nnet

#endif
