#ifndef WEIGHTS_BIAS_FC3_H_
#define WEIGHTS_BIAS_FC3_H_

#include "../nnet/platform.h"

// 6 mantissas of fixed<6,1>, 0 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<6>::type bias_fc3[6] = {
19, 5, -21, -9, 31, -29,
};

#endif
