#ifndef NNET_MEAN_H_
#define NNET_MEAN_H_

#include "platform.h"

namespace nnet {

// sum / COUNT with guard bits and a last bit that says whether there is a rest: among the numbers of the result's type and
// the middles between them it is where the true quotient is. The divisor is a constant.
template <typename CONFIG_T, unsigned COUNT>
typename CONFIG_T::quotient_t mean_of_count(const typename CONFIG_T::sum_t &sum) {
    HLS_PRAGMA(INLINE)
    typedef ap_int<fixed_traits<typename CONFIG_T::sum_t>::width + CONFIG_T::guard + 2> integer_t;
    integer_t dividend = to_raw(sum);
    dividend <<= CONFIG_T::guard;
    const integer_t divisor = COUNT;
    integer_t quotient = dividend / divisor;
    const integer_t rest = dividend - quotient * divisor;
    // The division truncates towards zero; the floor is wanted.
    if (rest < 0)
        quotient -= 1;
    quotient <<= 1;
    if (rest != 0)
        quotient += 1;
    return from_raw<typename CONFIG_T::quotient_t>(quotient);
}

// sum / count, where count is one of the list.
template <typename CONFIG_T, unsigned COUNT>
typename CONFIG_T::quotient_t mean_of(const typename CONFIG_T::sum_t &sum, unsigned, sizes<COUNT>) {
    HLS_PRAGMA(INLINE)
    return mean_of_count<CONFIG_T, COUNT>(sum);
}

template <typename CONFIG_T, unsigned FIRST, unsigned SECOND, unsigned... REST>
typename CONFIG_T::quotient_t mean_of(const typename CONFIG_T::sum_t &sum, unsigned count, sizes<FIRST, SECOND, REST...>) {
    HLS_PRAGMA(INLINE)
    if (count == FIRST)
        return mean_of_count<CONFIG_T, FIRST>(sum);
    return mean_of<CONFIG_T>(sum, count, sizes<SECOND, REST...>());
}

} // namespace nnet

#endif
