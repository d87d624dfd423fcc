#ifndef NNET_PRODUCT_POWER_OF_TWO_H_
#define NNET_PRODUCT_POWER_OF_TWO_H_

#include "product.h"

namespace nnet {

// Weights that are powers of two or zero, stored as a sign (the lowest bit) and a shift plus 1 (the others; 0 is zero).
struct product_power_of_two : sum_from_bias {
    template <typename CONFIG_T, class data_T>
    static void add(typename CONFIG_T::accum_t &sum, const data_T &x,
                    typename raw<typename CONFIG_T::weight_t>::type weight) {
        HLS_PRAGMA(INLINE)
        typedef typename in_units<data_T, CONFIG_T, CONFIG_T::max_shift>::type value_t;
        typename fixed_traits<value_t>::mantissa shifted = to_raw(x);
        const unsigned code = weight;
        if (code == 0)
            return;
        shifted <<= (code >> 1) - 1;
        const value_t value = from_raw<value_t>(shifted);
        if ((code & 1) == 0)
            sum += value;
        else
            sum -= value;
    }
};

} // namespace nnet

#endif
