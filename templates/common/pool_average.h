#ifndef NNET_POOL_AVERAGE_H_
#define NNET_POOL_AVERAGE_H_

#include "mean.h"
#include "windows.h"

namespace nnet {

// The mean of every channel under a window, whose groups are the channels; padding is zero and does not count.
struct pool_average_kernel {
    template <class data_T, class res_T, typename CONFIG_T>
    static void run(const data_T seen[window<CONFIG_T>::size], unsigned valid, res_T res[CONFIG_T::n_out]) {
        HLS_PRAGMA(INLINE)
        for (unsigned c = 0; c < CONFIG_T::n_out; c++) {
            HLS_PRAGMA(UNROLL)
            typename CONFIG_T::sum_t sum = 0;
            for (unsigned tap = 0; tap < window<CONFIG_T>::taps; tap++) {
                HLS_PRAGMA(UNROLL)
                sum += seen[c * window<CONFIG_T>::taps + tap];
            }
            res[c] = assign<res_T>(mean_of<CONFIG_T>(sum, valid, typename CONFIG_T::counts()));
        }
    }
};

} // namespace nnet

#endif
