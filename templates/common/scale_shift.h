#ifndef NNET_SCALE_SHIFT_H_
#define NNET_SCALE_SHIFT_H_

#include "platform.h"

namespace nnet {

// res[.., c] = data[.., c] * scale[c] + shift[c], exact: res_T holds the result and loses no fractional bit.
template <class data_T, class res_T, typename CONFIG_T>
void scale_shift(const data_T data[CONFIG_T::n_outer * CONFIG_T::n_in], res_T res[CONFIG_T::n_outer * CONFIG_T::n_in],
                 const typename raw<typename CONFIG_T::scale_t>::type scale[CONFIG_T::n_in],
                 const typename raw<typename CONFIG_T::shift_t>::type shift[CONFIG_T::n_in]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=scale,shift)
    HLS_PRAGMA(PIPELINE II=1)
    HLS_PRAGMA(ARRAY_PARTITION variable=scale complete)
    HLS_PRAGMA(ARRAY_PARTITION variable=shift complete)
    for (unsigned row = 0; row < CONFIG_T::n_outer; row++) {
        HLS_PRAGMA(UNROLL)
        for (unsigned c = 0; c < CONFIG_T::n_in; c++) {
            HLS_PRAGMA(UNROLL)
            const unsigned i = row * CONFIG_T::n_in + c;
            // A partial sum may wrap.
            res_T sum = from_raw<typename CONFIG_T::shift_t>(shift[c]);
            sum += data[i] * from_raw<typename CONFIG_T::scale_t>(scale[c]);
            res[i] = sum;
        }
    }
}

} // namespace nnet

#endif
