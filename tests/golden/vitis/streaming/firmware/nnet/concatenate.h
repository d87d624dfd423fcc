#ifndef NNET_CONCATENATE_H_
#define NNET_CONCATENATE_H_

#include "platform.h"

namespace nnet {

template <typename CONFIG_T, class res_T>
void concatenate_from(sizes<>, unsigned, res_T[CONFIG_T::n_outer * CONFIG_T::n_out]) {
    HLS_PRAGMA(INLINE)
}

// Writes the first input's N columns at `start`, then the other inputs behind them.
template <typename CONFIG_T, unsigned N, unsigned... REST, class res_T, class data_T, class... rest_T>
void concatenate_from(sizes<N, REST...>, unsigned start, res_T res[CONFIG_T::n_outer * CONFIG_T::n_out],
                      const data_T *data, const rest_T *...rest) {
    HLS_PRAGMA(INLINE)
    for (unsigned row = 0; row < CONFIG_T::n_outer; row++) {
        HLS_PRAGMA(UNROLL)
        for (unsigned column = 0; column < N; column++) {
            HLS_PRAGMA(UNROLL)
            res[row * CONFIG_T::n_out + start + column] = data[row * N + column];
        }
    }
    concatenate_from<CONFIG_T>(sizes<REST...>(), start + N, res, rest...);
}

// The inputs one after the other along the last dimension.
template <class res_T, typename CONFIG_T, class... data_T>
void concatenate(res_T res[CONFIG_T::n_outer * CONFIG_T::n_out], const data_T *...data) {
    HLS_PRAGMA(PIPELINE II=1)
    concatenate_from<CONFIG_T>(typename CONFIG_T::n_in(), 0, res, data...);
}

} // namespace nnet

#endif
