#ifndef NNET_RELU_H_
#define NNET_RELU_H_

#include "platform.h"

namespace nnet {

// res[i] = max(data[i], 0), rounded and limited as res_T says.
template <class data_T, class res_T, typename CONFIG_T>
void relu(const data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in]) {
    HLS_PRAGMA(PIPELINE II=1)
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        if (data[i] > 0)
            res[i] = assign<res_T>(data[i]);
        else
            res[i] = 0;
    }
}

} // namespace nnet

#endif
