#ifndef NNET_ARGMAX_H_
#define NNET_ARGMAX_H_

#include "platform.h"

namespace nnet {

// res[row] = the index of the first largest element of each row of n_in elements.
template <class data_T, class res_T, typename CONFIG_T>
void argmax(const data_T data[CONFIG_T::n_outer * CONFIG_T::n_in], res_T res[CONFIG_T::n_outer]) {
    HLS_PRAGMA(PIPELINE II=1)
    for (unsigned row = 0; row < CONFIG_T::n_outer; row++) {
        HLS_PRAGMA(UNROLL)
        data_T largest = data[row * CONFIG_T::n_in];
        res_T best = 0;
        for (unsigned i = 1; i < CONFIG_T::n_in; i++) {
            HLS_PRAGMA(UNROLL)
            if (data[row * CONFIG_T::n_in + i] > largest) {
                largest = data[row * CONFIG_T::n_in + i];
                best = i;
            }
        }
        res[row] = best;
    }
}

} // namespace nnet

#endif
