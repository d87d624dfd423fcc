#ifndef NNET_SOFTMAX_ARGMAX_H_
#define NNET_SOFTMAX_ARGMAX_H_

#include "platform.h"

namespace nnet {

// 1 for the first largest element of each row of n_in elements, 0 for the others. Neighbours in a row are n_inner
// elements apart.
template <class data_T, class res_T, typename CONFIG_T>
void softmax_argmax(const data_T data[CONFIG_T::n_outer * CONFIG_T::n_in * CONFIG_T::n_inner],
                    res_T res[CONFIG_T::n_outer * CONFIG_T::n_in * CONFIG_T::n_inner]) {
    HLS_PRAGMA(PIPELINE II=1)
    const res_T one = assign<res_T>(from_raw<ap_ufixed<1, 1> >(1));
    for (unsigned row = 0; row < CONFIG_T::n_outer * CONFIG_T::n_inner; row++) {
        HLS_PRAGMA(UNROLL)
        const unsigned start = row / CONFIG_T::n_inner * CONFIG_T::n_in * CONFIG_T::n_inner + row % CONFIG_T::n_inner;
        data_T largest = data[start];
        unsigned best = 0;
        for (unsigned i = 1; i < CONFIG_T::n_in; i++) {
            HLS_PRAGMA(UNROLL)
            if (data[start + i * CONFIG_T::n_inner] > largest) {
                largest = data[start + i * CONFIG_T::n_inner];
                best = i;
            }
        }
        for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
            HLS_PRAGMA(UNROLL)
            res[start + i * CONFIG_T::n_inner] = i == best ? one : res_T(0);
        }
    }
}

} // namespace nnet

#endif
