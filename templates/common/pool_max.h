#ifndef NNET_POOL_MAX_H_
#define NNET_POOL_MAX_H_

#include "windows.h"

namespace nnet {

// The largest value of every channel under a window, whose groups are the channels; padding is as small as any value.
struct pool_max_kernel {
    template <class data_T, class res_T, typename CONFIG_T>
    static void run(const data_T seen[window<CONFIG_T>::size], unsigned, res_T res[CONFIG_T::n_out]) {
        HLS_PRAGMA(INLINE)
        for (unsigned c = 0; c < CONFIG_T::n_out; c++) {
            HLS_PRAGMA(UNROLL)
            data_T largest = seen[c * window<CONFIG_T>::taps];
            for (unsigned tap = 1; tap < window<CONFIG_T>::taps; tap++) {
                HLS_PRAGMA(UNROLL)
                const data_T value = seen[c * window<CONFIG_T>::taps + tap];
                if (value > largest)
                    largest = value;
            }
            res[c] = largest;
        }
    }
};

} // namespace nnet

#endif
