#ifndef WEIGHTS_LANE_FC1_H_
#define WEIGHTS_LANE_FC1_H_

#include "../nnet/platform.h"

// 3 mantissas of ufixed<3,3>, 0 of them zero; value = mantissa * 2^0.
static const nnet::unsigned_raw<3>::type lane_fc1[3] = {
1, 4, 7,
};

#endif
