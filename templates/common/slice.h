#ifndef NNET_SLICE_H_
#define NNET_SLICE_H_

#include "platform.h"

namespace nnet {

// The n_out elements from `start` on along an axis of n_in elements, each of them n_inner numbers. Wires, no arithmetic.
template <class data_T, class res_T, typename CONFIG_T>
void slice(const data_T data[CONFIG_T::n_outer * CONFIG_T::n_in * CONFIG_T::n_inner],
           res_T res[CONFIG_T::n_outer * CONFIG_T::n_out * CONFIG_T::n_inner]) {
    HLS_PRAGMA(PIPELINE II=1)
    for (unsigned outer = 0; outer < CONFIG_T::n_outer; outer++) {
        HLS_PRAGMA(UNROLL)
        for (unsigned i = 0; i < CONFIG_T::n_out * CONFIG_T::n_inner; i++) {
            HLS_PRAGMA(UNROLL)
            res[outer * CONFIG_T::n_out * CONFIG_T::n_inner + i] =
                data[(outer * CONFIG_T::n_in + CONFIG_T::start) * CONFIG_T::n_inner + i];
        }
    }
}

} // namespace nnet

#endif
