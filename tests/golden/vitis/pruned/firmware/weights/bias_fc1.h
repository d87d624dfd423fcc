#ifndef WEIGHTS_BIAS_FC1_H_
#define WEIGHTS_BIAS_FC1_H_

#include "../nnet/platform.h"

// 4 mantissas of fixed<6,1>, 0 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<6>::type bias_fc1[4] = {
-32, 22, -17, 3,
};

#endif
