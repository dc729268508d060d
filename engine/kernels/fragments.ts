import dotRaw from '../../shaders/lib/dot_raw.wgsl?raw';
import rowsPaired from '../../shaders/lib/rows_paired.wgsl?raw';
import addBias from '../../shaders/add_bias.wgsl?raw';
import addNormed from '../../shaders/add_normed.wgsl?raw';
import attention from '../../shaders/attention.wgsl?raw';
import attentionDirect from '../../shaders/attention_direct.wgsl?raw';
import attentionMerge from '../../shaders/attention_merge.wgsl?raw';
import attentionShared from '../../shaders/attention_shared.wgsl?raw';
import attentionTiled from '../../shaders/attention_tiled.wgsl?raw';
import causalConv from '../../shaders/causal_conv.wgsl?raw';
import combine from '../../shaders/combine.wgsl?raw';
import deltaNet from '../../shaders/delta_net.wgsl?raw';
import deltaNetDirect from '../../shaders/delta_net_direct.wgsl?raw';
import embed from '../../shaders/embed.wgsl?raw';
import expertDown from '../../shaders/expert_down.wgsl?raw';
import gatedNorm from '../../shaders/gated_norm.wgsl?raw';
import gateUp from '../../shaders/gate_up.wgsl?raw';
import headTransposed from '../../shaders/head_transposed.wgsl?raw';
import kvWriteQ80 from '../../shaders/kv_write_q8_0.wgsl?raw';
import gateRows from '../../shaders/gate_rows.wgsl?raw';
import actGelu from '../../shaders/lib/act_gelu.wgsl?raw';
import actRelu from '../../shaders/lib/act_relu.wgsl?raw';
import actReluSquared from '../../shaders/lib/act_relu_squared.wgsl?raw';
import actSilu from '../../shaders/lib/act_silu.wgsl?raw';
import actSiluClamped from '../../shaders/lib/act_silu_clamped.wgsl?raw';
import actSwigluOai from '../../shaders/lib/act_swiglu_oai.wgsl?raw';
import beside from '../../shaders/lib/beside.wgsl?raw';
import bestToken from '../../shaders/lib/best_token.wgsl?raw';
import decayChannel from '../../shaders/lib/decay_channel.wgsl?raw';
import decayHead from '../../shaders/lib/decay_head.wgsl?raw';
import convGated from '../../shaders/lib/conv_gated.wgsl?raw';
import convSilu from '../../shaders/lib/conv_silu.wgsl?raw';
import expertTiles from '../../shaders/lib/expert_tiles.wgsl?raw';
import gateHead from '../../shaders/lib/gate_head.wgsl?raw';
import gateNone from '../../shaders/lib/gate_none.wgsl?raw';
import gateNumber from '../../shaders/lib/gate_number.wgsl?raw';
import headsDealt from '../../shaders/lib/heads_dealt.wgsl?raw';
import headsGrouped from '../../shaders/lib/heads_grouped.wgsl?raw';
import kvF16 from '../../shaders/lib/kv_f16.wgsl?raw';
import kvF32 from '../../shaders/lib/kv_f32.wgsl?raw';
import kvPlain from '../../shaders/lib/kv_plain.wgsl?raw';
import kvQ80 from '../../shaders/lib/kv_q8_0.wgsl?raw';
import lanesOne from '../../shaders/lib/lanes_one.wgsl?raw';
import lanesSubgroup from '../../shaders/lib/lanes_subgroup.wgsl?raw';
import lanesWorkgroup from '../../shaders/lib/lanes_workgroup.wgsl?raw';
import logitKey from '../../shaders/lib/logit_key.wgsl?raw';
import openingSigmoid from '../../shaders/lib/opening_sigmoid.wgsl?raw';
import openingSoftplus from '../../shaders/lib/opening_softplus.wgsl?raw';
import openingSilu from '../../shaders/lib/opening_silu.wgsl?raw';
import pool1 from '../../shaders/lib/pool_1.wgsl?raw';
import pool2 from '../../shaders/lib/pool_2.wgsl?raw';
import pool4 from '../../shaders/lib/pool_4.wgsl?raw';
import product from '../../shaders/lib/product.wgsl?raw';
import random from '../../shaders/lib/random.wgsl?raw';
import repack from '../../shaders/lib/repack.wgsl?raw';
import ring from '../../shaders/lib/ring.wgsl?raw';
import route from '../../shaders/lib/route.wgsl?raw';
import rows from '../../shaders/lib/rows.wgsl?raw';
import samplingParams from '../../shaders/lib/sampling_params.wgsl?raw';
import sinkHead from '../../shaders/lib/sink_head.wgsl?raw';
import sinkNone from '../../shaders/lib/sink_none.wgsl?raw';
import slotDense from '../../shaders/lib/slot_dense.wgsl?raw';
import slotRouted from '../../shaders/lib/slot_routed.wgsl?raw';
import span from '../../shaders/lib/span.wgsl?raw';
import step from '../../shaders/lib/step.wgsl?raw';
import tileDense from '../../shaders/lib/tile_dense.wgsl?raw';
import tileExpert from '../../shaders/lib/tile_expert.wgsl?raw';
import turn from '../../shaders/lib/turn.wgsl?raw';
import weightsBuffer from '../../shaders/lib/weights_buffer.wgsl?raw';
import xDirect from '../../shaders/lib/x_direct.wgsl?raw';
import xNormed from '../../shaders/lib/x_normed.wgsl?raw';
import xNormedShared from '../../shaders/lib/x_normed_shared.wgsl?raw';
import xShared from '../../shaders/lib/x_shared.wgsl?raw';
import matmulDirect from '../../shaders/matmul_direct.wgsl?raw';
import matmulTiled from '../../shaders/matmul_tiled.wgsl?raw';
import matvec from '../../shaders/matvec.wgsl?raw';
import placeHeads from '../../shaders/place_heads.wgsl?raw';
import placeLatent from '../../shaders/place_latent.wgsl?raw';
import rmsNorm from '../../shaders/rms_norm.wgsl?raw';
import router from '../../shaders/router.wgsl?raw';
import sampleChunks from '../../shaders/sample_chunks.wgsl?raw';
import sampleWhole from '../../shaders/sample_whole.wgsl?raw';
import selectiveScan from '../../shaders/selective_scan.wgsl?raw';
import softcap from '../../shaders/softcap.wgsl?raw';
import sortRoutes from '../../shaders/sort_routes.wgsl?raw';
import bestOfSubgroup from '../../shaders/lib/best_of_subgroup.wgsl?raw';
import bestOfWorkgroup from '../../shaders/lib/best_of_workgroup.wgsl?raw';
import samplingPass from '../../shaders/lib/sampling_pass.wgsl?raw';
import lanesGroups from '../../shaders/lib/lanes_groups.wgsl?raw';
import lanesWholeSubgroups from '../../shaders/lib/lanes_whole_subgroups.wgsl?raw';
import xStaged from '../../shaders/lib/x_staged.wgsl?raw';
import xNormedStaged from '../../shaders/lib/x_normed_staged.wgsl?raw';
import chosenEach from '../../shaders/lib/chosen_each.wgsl?raw';
import chosenSpread from '../../shaders/lib/chosen_spread.wgsl?raw';
import logitsOwn from '../../shaders/lib/logits_own.wgsl?raw';
import logitsBeside from '../../shaders/lib/logits_beside.wgsl?raw';
import logitsGiven from '../../shaders/lib/logits_given.wgsl?raw';
import type { Fragment } from '../gpu/kernel.ts';

/** The WGSL files that kernels are linked from. */
export const FRAGMENTS = {
  addBias: { name: 'add_bias', code: addBias },
  addNormed: { name: 'add_normed', code: addNormed },
  attention: { name: 'attention', code: attention },
  attentionDirect: { name: 'attention_direct', code: attentionDirect },
  attentionShared: { name: 'attention_shared', code: attentionShared },
  attentionTiled: { name: 'attention_tiled', code: attentionTiled },
  attentionMerge: { name: 'attention_merge', code: attentionMerge },
  beside: { name: 'beside', code: beside },
  bestOfSubgroup: { name: 'best_of_subgroup', code: bestOfSubgroup },
  bestOfWorkgroup: { name: 'best_of_workgroup', code: bestOfWorkgroup },
  bestToken: { name: 'best_token', code: bestToken },
  causalConv: { name: 'causal_conv', code: causalConv },
  combine: { name: 'combine', code: combine },
  decayChannel: { name: 'decay_channel', code: decayChannel },
  decayHead: { name: 'decay_head', code: decayHead },
  deltaNet: { name: 'delta_net', code: deltaNet },
  deltaNetDirect: { name: 'delta_net_direct', code: deltaNetDirect },
  convGated: { name: 'conv_gated', code: convGated },
  convSilu: { name: 'conv_silu', code: convSilu },
  dotRaw: { name: 'dot_raw', code: dotRaw },
  embed: { name: 'embed', code: embed },
  expertDown: { name: 'expert_down', code: expertDown },
  expertTiles: { name: 'expert_tiles', code: expertTiles },
  gateHead: { name: 'gate_head', code: gateHead },
  gateNone: { name: 'gate_none', code: gateNone },
  gateNumber: { name: 'gate_number', code: gateNumber },
  gateRows: { name: 'gate_rows', code: gateRows },
  gatedNorm: { name: 'gated_norm', code: gatedNorm },
  gateUp: { name: 'gate_up', code: gateUp },
  headTransposed: { name: 'head_transposed', code: headTransposed },
  headsDealt: { name: 'heads_dealt', code: headsDealt },
  headsGrouped: { name: 'heads_grouped', code: headsGrouped },
  kvF16: { name: 'kv_f16', code: kvF16 },
  kvF32: { name: 'kv_f32', code: kvF32 },
  kvPlain: { name: 'kv_plain', code: kvPlain },
  kvQ80: { name: 'kv_q8_0', code: kvQ80 },
  kvWriteQ80: { name: 'kv_write_q8_0', code: kvWriteQ80 },
  lanesOne: { name: 'lanes_one', code: lanesOne },
  lanesSubgroup: { name: 'lanes_subgroup', code: lanesSubgroup },
  lanesWorkgroup: { name: 'lanes_workgroup', code: lanesWorkgroup },
  logitKey: { name: 'logit_key', code: logitKey },
  matmulDirect: { name: 'matmul_direct', code: matmulDirect },
  matmulTiled: { name: 'matmul_tiled', code: matmulTiled },
  matvec: { name: 'matvec', code: matvec },
  openingSigmoid: { name: 'opening_sigmoid', code: openingSigmoid },
  openingSoftplus: { name: 'opening_softplus', code: openingSoftplus },
  openingSilu: { name: 'opening_silu', code: openingSilu },
  placeHeads: { name: 'place_heads', code: placeHeads },
  placeLatent: { name: 'place_latent', code: placeLatent },
  product: { name: 'product', code: product },
  random: { name: 'random', code: random },
  repack: { name: 'repack', code: repack },
  ring: { name: 'ring', code: ring },
  rmsNorm: { name: 'rms_norm', code: rmsNorm },
  route: { name: 'route', code: route },
  router: { name: 'router', code: router },
  rows: { name: 'rows', code: rows },
  rowsPaired: { name: 'rows_paired', code: rowsPaired },
  sampleChunks: { name: 'sample_chunks', code: sampleChunks },
  sampleWhole: { name: 'sample_whole', code: sampleWhole },
  samplingPass: { name: 'sampling_pass', code: samplingPass },
  samplingParams: { name: 'sampling_params', code: samplingParams },
  sinkHead: { name: 'sink_head', code: sinkHead },
  sinkNone: { name: 'sink_none', code: sinkNone },
  selectiveScan: { name: 'selective_scan', code: selectiveScan },
  slotDense: { name: 'slot_dense', code: slotDense },
  slotRouted: { name: 'slot_routed', code: slotRouted },
  softcap: { name: 'softcap', code: softcap },
  sortRoutes: { name: 'sort_routes', code: sortRoutes },
  span: { name: 'span', code: span },
  step: { name: 'step', code: step },
  tileDense: { name: 'tile_dense', code: tileDense },
  tileExpert: { name: 'tile_expert', code: tileExpert },
  turn: { name: 'turn', code: turn },
  weightsBuffer: { name: 'weights_buffer', code: weightsBuffer },
  xDirect: { name: 'x_direct', code: xDirect },
  xNormed: { name: 'x_normed', code: xNormed },
  xNormedShared: { name: 'x_normed_shared', code: xNormedShared },
  xShared: { name: 'x_shared', code: xShared },
  lanesGroups: { name: 'lanes_groups', code: lanesGroups },
  lanesWholeSubgroups: { name: 'lanes_whole_subgroups', code: lanesWholeSubgroups },
  xStaged: { name: 'x_staged', code: xStaged },
  xNormedStaged: { name: 'x_normed_staged', code: xNormedStaged },
  chosenEach: { name: 'chosen_each', code: chosenEach },
  chosenSpread: { name: 'chosen_spread', code: chosenSpread },
  logitsOwn: { name: 'logits_own', code: logitsOwn },
  logitsBeside: { name: 'logits_beside', code: logitsBeside },
  logitsGiven: { name: 'logits_given', code: logitsGiven },
} as const satisfies Record<string, Fragment>;

/** What a feed-forward does with its projections: joins gate and up, or takes up alone. */
export const ACTIVATION_FRAGMENTS = {
  silu: { name: 'act_silu', code: actSilu },
  'clamped-silu': { name: 'act_silu_clamped', code: actSiluClamped },
  gelu: { name: 'act_gelu', code: actGelu },
  relu: { name: 'act_relu', code: actRelu },
  'swiglu-oai': { name: 'act_swiglu_oai', code: actSwigluOai },
  'squared-relu': { name: 'act_relu_squared', code: actReluSquared },
} as const satisfies Record<string, Fragment>;

/** Reads expert pages from 1, 2 or 4 pool buffers. */
export const POOL_FRAGMENTS = {
  1: { name: 'pool_1', code: pool1 },
  2: { name: 'pool_2', code: pool2 },
  4: { name: 'pool_4', code: pool4 },
} as const satisfies Record<number, Fragment>;
