#ifndef WEIGHTS_BIAS_FC4_H_
#define WEIGHTS_BIAS_FC4_H_

#include "../nnet/platform.h"

// 4 mantissas of fixed<6,1>, 1 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<6>::type bias_fc4[4] = {
0, 4, -28, 29,
};

#endif
