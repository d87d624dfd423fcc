#ifndef NNET_SIGN_H_
#define NNET_SIGN_H_

#include "platform.h"

namespace nnet {

// res[i] = 1 where data[i] >= 0, else -1.
template <class data_T, class res_T, typename CONFIG_T>
void sign(const data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in]) {
    HLS_PRAGMA(PIPELINE II=1)
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        if (data[i] >= 0)
            res[i] = 1;
        else
            res[i] = -1;
    }
}

} // namespace nnet

#endif
