#ifndef WEIGHTS_BIAS_FC1_H_
#define WEIGHTS_BIAS_FC1_H_

#include "../nnet/platform.h"

// 4 mantissas of fixed<4,1>, 0 of them zero; value = mantissa * 2^-3.
static const nnet::signed_raw<4>::type bias_fc1[4] = {
2, 6, 3, -7,
};

#endif
