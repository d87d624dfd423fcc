#ifndef NNET_AVERAGE_H_
#define NNET_AVERAGE_H_

#include "platform.h"

namespace nnet {

// sum / divisor as a number with guard bits and a last bit that says whether there is a remainder: among the numbers of
// the result's type and the middles between them it is where the true quotient is.
template <typename CONFIG_T, bool DIVIDES> struct average_quotient {
    static typename CONFIG_T::quotient_t of(const typename CONFIG_T::sum_t &sum) {
        HLS_PRAGMA(INLINE)
        typedef ap_int<fixed_traits<typename CONFIG_T::sum_t>::width + CONFIG_T::guard + 2> integer_t;
        integer_t dividend = to_raw(sum);
        dividend <<= CONFIG_T::guard;
        const integer_t divisor = CONFIG_T::divisor;
        integer_t quotient = dividend / divisor;
        const integer_t remainder = dividend - quotient * divisor;
        // The division truncates towards zero; the floor is wanted.
        if (remainder < 0)
            quotient -= 1;
        quotient <<= 1;
        if (remainder != 0)
            quotient += 1;
        return from_raw<typename CONFIG_T::quotient_t>(quotient);
    }
};

// By a power of two: another binary point.
template <typename CONFIG_T> struct average_quotient<CONFIG_T, false> {
    static typename CONFIG_T::quotient_t of(const typename CONFIG_T::sum_t &sum) {
        HLS_PRAGMA(INLINE)
        return from_raw<typename CONFIG_T::quotient_t>(to_raw(sum));
    }
};

// res[i] = the exact sum of all data[i] over their number, then rounded and limited once as res_T says. The power of two
// in the number is in the binary point of quotient_t; divisor is the odd rest.
template <class res_T, typename CONFIG_T, class... data_T>
void average(res_T res[CONFIG_T::n_in], const data_T *...data) {
    HLS_PRAGMA(PIPELINE II=1)
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        const typename CONFIG_T::sum_t sum = exact_sum<typename CONFIG_T::sum_t>(data[i]...);
        res[i] = assign<res_T>(average_quotient<CONFIG_T, (CONFIG_T::divisor != 1)>::of(sum));
    }
}

} // namespace nnet

#endif
