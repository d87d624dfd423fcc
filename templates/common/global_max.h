#ifndef NNET_GLOBAL_MAX_H_
#define NNET_GLOBAL_MAX_H_

#include "platform.h"

namespace nnet {

// The largest value of every channel, over all positions at once.
template <class data_T, class res_T, typename CONFIG_T>
void global_max(const data_T data[CONFIG_T::n_positions * CONFIG_T::n_channels], res_T res[CONFIG_T::n_channels]) {
    HLS_PRAGMA(PIPELINE II=1)
    data_T largest[CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=largest complete)

    HLS_LABEL(Positions)
    for (unsigned position = 0; position < CONFIG_T::n_positions; position++) {
        HLS_PRAGMA(UNROLL)
        HLS_LABEL(Channels)
        for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
            HLS_PRAGMA(UNROLL)
            const data_T value = data[position * CONFIG_T::n_channels + c];
            if (position == 0 || value > largest[c])
                largest[c] = value;
        }
    }
    HLS_LABEL(Result)
    for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
        HLS_PRAGMA(UNROLL)
        res[c] = largest[c];
    }
}

} // namespace nnet

#endif
