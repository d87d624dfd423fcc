#ifndef NNET_PRODUCT_MULTIPLY_H_
#define NNET_PRODUCT_MULTIPLY_H_

#include "product.h"

namespace nnet {

// Products by multipliers.
struct product_multiply : sum_from_bias {
    template <typename CONFIG_T, class data_T>
    static void add(typename CONFIG_T::accum_t &sum, const data_T &x,
                    typename raw<typename CONFIG_T::weight_t>::type weight) {
        HLS_PRAGMA(INLINE)
        sum += x * from_raw<typename CONFIG_T::weight_t>(weight);
    }
};

} // namespace nnet

#endif
