#ifndef WEIGHTS_BIAS_FC2_H_
#define WEIGHTS_BIAS_FC2_H_

#include "../nnet/platform.h"

// 3 mantissas of fixed<6,1>, 0 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<6>::type bias_fc2[3] = {
-9, -2, -32,
};

#endif
