#ifndef WEIGHTS_BIAS_FC2_H_
#define WEIGHTS_BIAS_FC2_H_

#include "../nnet/platform.h"

// 6 mantissas of fixed<6,1>, 0 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<6>::type bias_fc2[6] = {
-8, 22, 29, -32, -18, -14,
};

#endif
