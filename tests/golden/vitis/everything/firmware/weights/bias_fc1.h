#ifndef WEIGHTS_BIAS_FC1_H_
#define WEIGHTS_BIAS_FC1_H_

#include "../nnet/platform.h"

// 6 mantissas of fixed<6,1>, 0 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<6>::type bias_fc1[6] = {
8, 6, -32, -11, -12, -7,
};

#endif
