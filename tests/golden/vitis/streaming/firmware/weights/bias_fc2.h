#ifndef WEIGHTS_BIAS_FC2_H_
#define WEIGHTS_BIAS_FC2_H_

#include "../nnet/platform.h"

// 4 mantissas of fixed<4,1>, 1 of them zero; value = mantissa * 2^-3.
static const nnet::signed_raw<4>::type bias_fc2[4] = {
6, 0, -4, 7,
};

#endif
